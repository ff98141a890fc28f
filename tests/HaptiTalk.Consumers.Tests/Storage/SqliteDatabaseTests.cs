using HaptiTalk.Hosting;

namespace HaptiTalk.Consumers.Tests;

public sealed class SqliteDatabaseTests : IDisposable
{
    private const string Script = "CREATE TABLE things (name TEXT PRIMARY KEY); INSERT INTO things VALUES ('first');";

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task CreateAsync_ByManyAtOnce_RunsTheScriptOnce()
    {
        SqliteDatabase[] databases = [.. Enumerable.Range(0, 8).Select(_ => Open("thing"))];

        await Task.WhenAll(databases.Select(database => Task.Run(() => database.CreateAsync(Token), Token)));

        (await NamesAsync(databases[0])).ShouldBe(["first"]);
        Array.ForEach(databases, database => database.Dispose());
    }

    [Fact]
    public async Task CreateAsync_AfterARestart_KeepsWhatWasWritten()
    {
        using (SqliteDatabase before = Open("thing"))
            await before.ExecuteAsync($"INSERT INTO things VALUES ({"second"})", Token);

        using SqliteDatabase after = Open("thing");

        (await NamesAsync(after)).ShouldBe(["first", "second"]);
    }

    [Fact]
    public async Task CreateAsync_TwoServicesInOneFile_RunsBothScripts()
    {
        using SqliteDatabase thing = Open("thing");
        using var other = new SqliteDatabase("other", thing.File, "CREATE TABLE others (name TEXT)");

        await thing.CreateAsync(Token);

        (await other.QueryAsync($"SELECT name FROM others", row => row.GetString(0), Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task CreateAsync_BrokenScript_FailsAndLeavesNothingBehind()
    {
        string file = Path.Combine(_folder.Path, "broken.db");
        using (var broken = new SqliteDatabase("thing", file, "CREATE TABLE things (name TEXT); nonsense"))
            await Should.ThrowAsync<Microsoft.Data.Sqlite.SqliteException>(() => broken.CreateAsync(Token));

        using var repaired = new SqliteDatabase("thing", file, Script);

        (await NamesAsync(repaired)).ShouldBe(["first"]);
    }

    [Fact]
    public async Task QueryAsync_TextThatLooksLikeSql_IsAValue()
    {
        using SqliteDatabase database = Open("thing");
        string text = "'); DROP TABLE things; --";

        await database.ExecuteAsync($"INSERT INTO things VALUES ({text})", Token);

        (await database.FindAsync($"SELECT name FROM things WHERE name = {text}", row => row.GetString(0), Token)).ShouldBe(text);
    }

    [Fact]
    public async Task ExecuteAsync_Cancelled_Stops()
    {
        using SqliteDatabase database = Open("thing");

        await Should.ThrowAsync<OperationCanceledException>(
            () => database.ExecuteAsync($"DELETE FROM things", new CancellationToken(canceled: true)));
    }

    private static Task<IReadOnlyList<string>> NamesAsync(SqliteDatabase database) =>
        database.QueryAsync($"SELECT name FROM things ORDER BY name", row => row.GetString(0), Token);

    private SqliteDatabase Open(string service) => new(service, Path.Combine(_folder.Path, "below", "test.db"), Script);
}
