using System.Globalization;
using System.Text.Json;

using NodeAgent.Cluster.Etcd;

namespace NodeAgent.Cluster.Records;

/// <summary>Reads the fields of one record, and keeps what is wrong with each. Fields nobody knows are left for newer versions.</summary>
internal sealed class RecordFields(JsonElement root)
{
    private readonly List<string> errors = [];

    /// <summary>What is wrong; empty if nothing is.</summary>
    public IReadOnlyList<string> Errors => errors;

    public string Text(string name) => root.Text(name) ?? Wrong(name, "is not text", string.Empty);

    public string? TextOrNull(string name) => root.Field(name) is null ? null : Text(name);

    public bool Flag(string name) => root.Field(name) is null ? Wrong(name, "is missing", false) : root.Flag(name) ?? Wrong(name, "is neither true nor false", false);

    /// <summary>Seconds: not negative, less than a year.</summary>
    public double Seconds(string name) =>
        root.Field(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var seconds) && seconds is >= 0 and < 31_536_000
            ? seconds
            : Wrong(name, "is no length in seconds", 0.0);

    public DateTimeOffset Time(string name) =>
        DateTimeOffset.TryParseExact(root.Text(name), "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time)
            ? time
            : Wrong(name, "is no time", DateTimeOffset.UnixEpoch);

    /// <summary>One of the names of an enumeration, in camelCase. Unknown names are errors: a guess could let two nodes write.</summary>
    public T OneOf<T>(string name)
        where T : struct, Enum
    {
        var text = root.Text(name);
        foreach (var value in Enum.GetValues<T>())
        {
            if (string.Equals(RecordJson.NameOf(value), text, StringComparison.Ordinal))
            {
                return value;
            }
        }

        return Wrong(name, $"is none of {string.Join(", ", Enum.GetValues<T>().Select(RecordJson.NameOf))}", default(T));
    }

    public IReadOnlyList<string> Texts(string name)
    {
        var items = root.Field(name) is null ? null : root.List(name);
        return items is not null && items.All(item => item.ValueKind == JsonValueKind.String) ? [.. items.Select(item => EtcdJson.TextOf(item) ?? string.Empty)] : Wrong(name, "is no list of texts", Array.Empty<string>());
    }

    private T Wrong<T>(string name, string why, T instead)
    {
        errors.Add(root.Field(name) is null ? $"{name} is missing" : $"{name} {why}");
        return instead;
    }
}
