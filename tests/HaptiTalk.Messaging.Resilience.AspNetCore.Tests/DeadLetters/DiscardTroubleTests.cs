using System.Net;
using HaptiTalk.Messaging.Resilience.Brokers;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>What was exported stays wherever it may be all that is left.</summary>
public sealed class DiscardTroubleTests(BrokerFixture fixture) : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("discards-");

    public static TheoryData<Exception> Failures =>
    [
        new InvalidOperationException("something else"), new OperationCanceledException("too late"), new TimeoutException("no answer"), new IOException("the line broke"),
    ];

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public async Task Post_AnyFailureAfterTheRemoval_KeepsTheFileAndSaysWhere(Exception failure)
    {
        await using DeadLetterApplication host = await StartAsync(failure);
        await host.Broker.FillAsync(messages: 2);

        Answer answer = await host.PostAsync("/user_error/discards", """{"select":{},"expectedCount":2,"reason":"test data"}""");

        (await host.Broker.CountAsync("user_error")).ShouldBe(0u);
        FileInfo file = _directory.GetFiles().ShouldHaveSingleItem();
        (await File.ReadAllLinesAsync(file.FullName, TestContext.Current.CancellationToken)).Length.ShouldBe(2);
        ((int)answer.Status).ShouldBeGreaterThanOrEqualTo(500);
        answer.ShouldBeProblem(answer.Status).Detail.ShouldContain(file.Name);
        (await host.Application.GetJsonAsync("/resilience/audit"))[0]!["after"]!.GetValue<string>().ShouldContain(file.Name);
    }

    [Fact]
    public async Task Post_FailureBeforeAnythingIsWritten_LeavesNoFile()
    {
        await using DeadLetterApplication host = await StartAsync(new InvalidOperationException("not reached"));

        (await host.PostAsync("/none_error/discards", """{"select":{},"expectedCount":2}""")).ShouldBeProblem(HttpStatusCode.NotFound);

        _directory.GetFiles().ShouldBeEmpty();
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private Task<DeadLetterApplication> StartAsync(Exception failure) => DeadLetterApplication.StartAsync(
        fixture,
        options => options.DeadLetterExports = _directory.FullName,
        more: services => services.AddSingleton<IDeadLetterReplayer>(
            provider => new ThenFailing(provider.GetRequiredService<RabbitMqDeadLetters>().Replayer, _ => throw failure)));
}
