using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A configuration file that is rewritten with what cannot be read: it is told everywhere, and what it said stays in force.</summary>
public sealed class UnreadableFileTests
{
    // A change that is not announced fails the test instead of keeping it for ever.
    private static readonly TimeSpan TheFileIsRead = TimeSpan.FromMinutes(1);

    private readonly RecordedEvents<ResilienceEvent> _events = new();

    [Fact]
    public async Task Rewrite_NoJson_IsToldUntilTheFileIsReadAgain()
    {
        using SettingsFile file = new("user:Retry:MaxRetries=1");
        await using TestResilience test = Watching(file.Configuration);
        await file.WriteNonsenseAsync();
        ProfileReloadFailed failed = await NextAsync<ProfileReloadFailed>();

        ProfileProblem problem = failed.Problems.ShouldHaveSingleItem();
        problem.Path.ShouldBe(Path.Combine(file.Folder, "appsettings.json"));
        problem.Message.ShouldStartWith("cannot be read: ");
        test.Resilience.Describe("user").PendingProblems.ShouldBe(failed.Problems);
        test.Resilience.Describe("user").Profile.Retry.MaxRetries.ShouldBe(1);
        test.Measured.Read("profile_reload_failed").ShouldHaveSingleItem().Value.ShouldBe(1);
        test.Log.Entries.ShouldContain(entry => entry.Level == LogLevel.Error && entry.Exception is InvalidProfilesException);
        file.Write("user:Retry:MaxRetries=2");
        await NextAsync<ProfilesReloaded>();
        test.Resilience.Describe("user").Profile.Retry.MaxRetries.ShouldBe(2);
        test.Resilience.Describe("user").PendingProblems.ShouldBeEmpty();
        test.Measured.Read("profile_reload_failed").ShouldHaveSingleItem().Value.ShouldBe(0);
    }

    [Fact]
    public async Task Rewrite_NoJsonAndAnotherSourceReloads_KeepsWhatTheFileSaid()
    {
        using SettingsFile file = new("user:Retry:MaxRetries=1");
        ReloadableSettings other = ReloadableSettings.Of(["Profiles:user:Fallback:ErrorThreshold=4"]);
        IConfigurationRoot both = new ConfigurationBuilder().AddConfiguration(file.Configuration).Add(other).Build();
        await using TestResilience test = Watching(both);
        await file.WriteNonsenseAsync();
        await NextAsync<ProfileReloadFailed>();
        other.Replace("Profiles:user:Fallback:ErrorThreshold=5");

        ServiceProfile profile = test.Resilience.Describe("user").Profile;
        (profile.Retry.MaxRetries, profile.Fallback.ErrorThreshold).ShouldBe((1, 4));
        test.Resilience.Describe("user").PendingProblems.ShouldHaveSingleItem().Message.ShouldStartWith("cannot be read: ");
    }

    [Fact]
    public async Task Rewrite_FileThatCannotBeOpened_IsToldUntilItIsReadAgain()
    {
        using var files = new ClosableFile("""{ "Resilience:Profiles:user:Retry:MaxRetries": "1" }""");
        IConfigurationRoot configuration = new ConfigurationBuilder().AddJsonFile(source =>
        {
            source.FileProvider = files;
            source.Path = "appsettings.json";
            source.ReloadOnChange = true;
            source.ReloadDelay = 1;
        }).Build();
        await using TestResilience test = Watching(configuration);
        files.Change(text: null);
        test.Resilience.Describe("user").PendingProblems.ShouldBeEmpty();
        test.Clock.Advance(TimeSpan.FromSeconds(1));

        test.Resilience.Describe("user").PendingProblems.ShouldBe([new("appsettings.json", Value: null, "cannot be read: No right to it.")]);
        test.Resilience.Describe("user").Profile.Retry.MaxRetries.ShouldBe(1);
        files.Change("""{ "Resilience:Profiles:user:Retry:MaxRetries": "2" }""");
        test.Resilience.Describe("user").PendingProblems.ShouldBeEmpty();
        test.Resilience.Describe("user").Profile.Retry.MaxRetries.ShouldBe(2);
    }

    private TestResilience Watching(IConfiguration configuration)
    {
        TestResilience test = TestResilience.On(
            configuration, builder => builder.OnEvent<ProfilesReloaded>(_events.OnEventAsync).OnEvent<ProfileReloadFailed>(_events.OnEventAsync));
        test.Resilience.Describe("user").Profile.Retry.MaxRetries.ShouldBe(1);
        return test;
    }

    private Task<TEvent> NextAsync<TEvent>()
        where TEvent : ResilienceEvent =>
        _events.NextAsync<TEvent>().WaitAsync(TheFileIsRead, TestContext.Current.CancellationToken);
}
