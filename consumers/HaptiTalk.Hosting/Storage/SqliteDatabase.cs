using Microsoft.Data.Sqlite;

namespace HaptiTalk.Hosting;

/// <summary>
/// One service's database file, created by its script on first use. Several processes may open the same file.
/// </summary>
/// <remarks>SQLite answers on the calling thread: the methods are asynchronous because a store's interface must allow a remote one.</remarks>
/// <param name="service">Whose database it is; services may share a file.</param>
/// <param name="file">The file; its folder is created.</param>
/// <param name="script">Tables and first rows; runs once per file and service, in one transaction.</param>
public sealed class SqliteDatabase(string service, string file, string script) : IDisposable
{
    private readonly string _connectionString = new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = 5 }.ConnectionString;
    private readonly SemaphoreSlim _creating = new(1, 1);
    private volatile bool _created;

    /// <summary>The database's file.</summary>
    public string File => file;

    /// <summary>Creates file, tables and first rows unless they exist.</summary>
    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        if (_created)
            return;

        await _creating.WaitAsync(cancellationToken);
        try
        {
            if (!_created)
                await RunScriptOnceAsync(cancellationToken);
            _created = true;
        }
        finally
        {
            _creating.Release();
        }
    }

    /// <summary>Runs a statement; what is interpolated becomes a parameter, never text.</summary>
    public async Task ExecuteAsync(FormattableString sql, CancellationToken cancellationToken)
    {
        await using SqliteConnection connection = await OpenAsync(cancellationToken);
        await using SqliteCommand command = connection.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Reads all rows; what is interpolated becomes a parameter, never text.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(FormattableString sql, Func<SqliteDataReader, T> map, CancellationToken cancellationToken)
    {
        await using SqliteConnection connection = await OpenAsync(cancellationToken);
        await using SqliteCommand command = connection.CreateCommand(sql);
        await using SqliteDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        List<T> rows = [];
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(map(reader));
        return rows;
    }

    /// <summary>Reads the first row, or null.</summary>
    public async Task<T?> FindAsync<T>(FormattableString sql, Func<SqliteDataReader, T> map, CancellationToken cancellationToken)
        where T : class =>
        await QueryAsync(sql, map, cancellationToken) is [T first, ..] ? first : null;

    /// <summary>Closes the file, so that it can be deleted.</summary>
    public void Dispose()
    {
        using (var connection = new SqliteConnection(_connectionString))
            SqliteConnection.ClearPool(connection);
        _creating.Dispose();
    }

    private async Task<SqliteConnection> OpenAsync(CancellationToken cancellationToken)
    {
        await CreateAsync(cancellationToken);
        return await ConnectAsync(cancellationToken);
    }

    private async Task<SqliteConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(_connectionString);
        await connection.OpenAsync(cancellationToken);
        // With a write-ahead log readers never wait for a writer; NORMAL is safe with it and spares a disk flush per write.
        await using SqliteCommand pragma = connection.CreateCommand($"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
        await pragma.ExecuteNonQueryAsync(cancellationToken);
        return connection;
    }

    private async Task RunScriptOnceAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        await using SqliteConnection connection = await ConnectAsync(cancellationToken);
        // An immediate transaction takes the write lock at once: of two processes that start together one runs the script, the other waits.
        await using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        await using SqliteCommand claim = connection.CreateCommand(
            $"CREATE TABLE IF NOT EXISTS created_for (service TEXT PRIMARY KEY); INSERT OR IGNORE INTO created_for VALUES ({service}) RETURNING service");
        claim.Transaction = transaction;
        if (await claim.ExecuteScalarAsync(cancellationToken) is not null)
        {
            await using SqliteCommand create = connection.CreateCommand();
            create.Transaction = transaction;
#pragma warning disable CA2100 // The script is embedded in the service's assembly.
            create.CommandText = script;
#pragma warning restore CA2100
            await create.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }
}
