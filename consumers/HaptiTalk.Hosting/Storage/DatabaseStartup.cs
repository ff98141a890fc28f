using Microsoft.Extensions.Hosting;

namespace HaptiTalk.Hosting;

internal sealed class DatabaseStartup(SqliteDatabase database) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => database.CreateAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
