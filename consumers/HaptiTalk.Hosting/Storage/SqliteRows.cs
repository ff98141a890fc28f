using System.Globalization;
using Microsoft.Data.Sqlite;

namespace HaptiTalk.Hosting;

/// <summary>How values go into a database and come out again: instants as Unix milliseconds, enums by name.</summary>
public static class SqliteRows
{
    /// <summary>Reads an instant.</summary>
    public static DateTimeOffset GetInstant(this SqliteDataReader reader, int column) =>
        DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(column));

    /// <summary>Reads an instant that may be missing.</summary>
    public static DateTimeOffset? FindInstant(this SqliteDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetInstant(column);

    /// <summary>Reads an enum.</summary>
    public static TEnum GetEnum<TEnum>(this SqliteDataReader reader, int column)
        where TEnum : struct, Enum =>
        Enum.Parse<TEnum>(reader.GetString(column));

    internal static SqliteCommand CreateCommand(this SqliteConnection connection, FormattableString sql)
    {
        SqliteCommand command = connection.CreateCommand();
        string[] names = [.. Enumerable.Range(0, sql.ArgumentCount).Select(i => $"$p{i}")];
#pragma warning disable CA2100 // The format is a literal; every value in it is replaced by a parameter's name.
        command.CommandText = string.Format(CultureInfo.InvariantCulture, sql.Format, names);
#pragma warning restore CA2100
        foreach ((string name, object? value) in names.Zip(sql.GetArguments()))
            command.Parameters.AddWithValue(name, ToColumn(value));
        return command;
    }

    private static object ToColumn(object? value) => value switch
    {
        null => DBNull.Value,
        DateTimeOffset instant => instant.ToUnixTimeMilliseconds(),
        Enum name => name.ToString(),
        _ => value,
    };
}
