using System.Net;
using HaptiTalk.Messaging.Resilience.Brokers;
using Microsoft.Extensions.DependencyInjection;

namespace HaptiTalk.Messaging.Resilience.Tests;

/// <summary>A disk that takes nothing, which Linux has as a device: nothing is lost, and everybody is told.</summary>
public sealed class FullDiskTests(BrokerFixture fixture) : IDisposable
{
    private const string Full = "/dev/full";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("full-");

    // The first fits into what is written at once, so that only the flush fails.
    [Theory]
    [InlineData(2)]
    [InlineData(500)]
    public async Task Post_DiscardToAFullDisk_IsInsufficientStorageAndRemovesNothing(int messages)
    {
        await using DeadLetterApplication host = await StartAsync();
        await host.Broker.FillAsync(messages: messages);

        Answer answer = await host.PostAsync("/user_error/discards", $$"""{"select":{},"expectedCount":{{messages}}}""");

        answer.ShouldBeProblem(HttpStatusCode.InsufficientStorage).Detail.ShouldContain(_directory.FullName);
        answer.Detail.ShouldContain("No space left on device");
        answer.Detail.ShouldContain("Nothing was removed");
        _directory.GetFileSystemInfos().ShouldBeEmpty();
        string audited = (await host.Application.GetJsonAsync("/resilience/audit")).AsArray().ShouldHaveSingleItem()!["after"]!.GetValue<string>();
        audited.ShouldStartWith("nothing was removed: ");
        audited.ShouldContain(_directory.FullName);
        await host.Broker.ShouldHoldAsync("user_error", (uint)messages);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(500)]
    public async Task Get_ExportToAFullDisk_IsInsufficientStorage(int messages)
    {
        await using DeadLetterApplication host = await StartAsync();
        await host.Broker.FillAsync(messages: messages);

        Answer answer = await host.GetAsync("/user_error/export");

        answer.ShouldBeProblem(HttpStatusCode.InsufficientStorage).Detail.ShouldContain(Path.GetTempPath());
        answer.Detail.ShouldContain("No space left on device");
        _directory.GetFileSystemInfos().ShouldBeEmpty();
        await host.Broker.ShouldHoldAsync("user_error", (uint)messages);
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private Task<DeadLetterApplication> StartAsync() => DeadLetterApplication.StartAsync(
        fixture,
        options => options.DeadLetterExports = _directory.FullName,
        more: services => services.AddSingleton<OpenExport>((path, more) =>
        {
            string link = Path.Combine(_directory.FullName, Path.GetFileName(path));
            File.CreateSymbolicLink(link, Full);
            return new(link, new() { Mode = FileMode.Open, Access = FileAccess.ReadWrite, Options = FileOptions.Asynchronous | more });
        }));
}
