using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HaptiTalk.Hosting;

/// <summary>How a service gets its store.</summary>
public static class StoreRegistration
{
    /// <summary>
    /// Adds the service's store and, keyed by the service's name, the <see cref="SqliteDatabase"/> under it. <c>Storage:Path</c> is
    /// the database's file, or a folder for <c>{service}.db</c>; by default <c>data</c>, in the content root.
    /// </summary>
    /// <remarks>The script is the resource <c>schema.sql</c> of the store's assembly. It runs at start: a path that cannot be written must not wait for the first message.</remarks>
    public static IServiceCollection AddStore<TStore, TImplementation>(this IServiceCollection services, string service, IConfiguration configuration)
        where TStore : class
        where TImplementation : class, TStore
    {
        string path = configuration["Storage:Path"] ?? "data";
        services.AddKeyedSingleton(service, (provider, _) =>
            new SqliteDatabase(service, FileFor(service, path, ContentRootOf(provider)), ReadScript<TImplementation>()));
        services.AddSingleton<IHostedService>(provider =>
            new DatabaseStartup(provider.GetRequiredKeyedService<SqliteDatabase>(service)));
        return services.AddSingleton<TStore, TImplementation>();
    }

    private static string FileFor(string service, string path, string contentRoot)
    {
        string full = Path.GetFullPath(path, contentRoot);
        return Path.GetExtension(full) == ".db" ? full : Path.Combine(full, $"{service}.db");
    }

    private static string ContentRootOf(IServiceProvider provider) =>
        provider.GetService<IHostEnvironment>()?.ContentRootPath ?? Directory.GetCurrentDirectory();

    private static string ReadScript<TImplementation>()
    {
        using Stream stream = typeof(TImplementation).Assembly.GetManifestResourceStream("schema.sql")
            ?? throw new InvalidOperationException($"{typeof(TImplementation).Assembly.GetName().Name} embeds no schema.sql.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
