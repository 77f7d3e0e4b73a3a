using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

using NodeAgent.Cluster.Etcd;
using NodeAgent.Contract;

namespace NodeAgent.Cluster.Records;

/// <summary>Reads the fields of one record and of what is in it, and keeps what is wrong with each, by its path.</summary>
internal sealed class RecordFields
{
    private readonly JsonElement root;
    private readonly string path;
    private readonly List<string> errors;
    private readonly HashSet<string> asked = new(StringComparer.Ordinal);

    public RecordFields(JsonElement root)
        : this(root, string.Empty, [])
    {
    }

    private RecordFields(JsonElement root, string path, List<string> errors) => (this.root, this.path, this.errors) = (root, path, errors);

    /// <summary>What is wrong; empty if nothing is.</summary>
    public IReadOnlyList<string> Errors => errors;

    public string Text(string name) => Field(name)?.ValueKind == JsonValueKind.String && root.Text(name) is { } text ? text : Wrong(name, "is not text", string.Empty);

    public string? TextOrNull(string name) => Field(name) is null ? null : Text(name);

    public NodeId Node(string name) => Named(name, Text(name));

    public NodeId? NodeOrNull(string name) => Field(name) is null ? null : Node(name);

    public bool Flag(string name) => Field(name)?.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => Wrong(name, "is neither true nor false", false),
    };

    /// <summary>A whole number that is not smaller than that.</summary>
    public long Number(string name, long least = 0) =>
        Field(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) && number >= least
            ? number
            : Wrong(name, $"is no whole number of at least {least}", 0L);

    public Epoch Epoch(string name) => new(Number(name));

    /// <summary>An epoch that may be missing.</summary>
    public Epoch EpochOrNone(string name) => Field(name) is null ? Contract.Epoch.None : Epoch(name);

    /// <summary>Seconds, exact to the tick, not negative.</summary>
    public TimeSpan Seconds(string name) =>
        Field(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDecimal(out var seconds) && seconds >= 0 && seconds <= RecordJson.LongestSeconds
            ? TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond))
            : Wrong(name, "is no length in seconds", TimeSpan.Zero);

    public DateTimeOffset Time(string name) =>
        DateTimeOffset.TryParseExact(Text(name), "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time)
            ? time
            : Wrong(name, "is no time", DateTimeOffset.UnixEpoch);

    /// <summary>One of the names of an enumeration, in camelCase. Unknown names are errors: a guess could let two nodes write.</summary>
    public T OneOf<T>(string name)
        where T : struct, Enum
    {
        var text = Text(name);
        foreach (var value in Enum.GetValues<T>())
        {
            if (string.Equals(RecordJson.NameOf(value), text, StringComparison.Ordinal))
            {
                return value;
            }
        }

        return Wrong(name, $"is none of {string.Join(", ", Enum.GetValues<T>().Select(RecordJson.NameOf))}", default(T));
    }

    public ImmutableArray<string> Texts(string name) =>
        Field(name) is { ValueKind: JsonValueKind.Array } value && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(item => EtcdJson.TextOf(item) ?? string.Empty)]
            : Wrong(name, "is no list of texts", ImmutableArray<string>.Empty);

    public ImmutableArray<NodeId> Nodes(string name) => [.. Texts(name).Select(text => Named(name, text))];

    /// <summary>An object that may be missing.</summary>
    public T? ObjectOrNull<T>(string name, Func<RecordFields, T> read)
        where T : class => Field(name) is null ? null : Object(name, read);

    /// <summary>An object; null only if it is wrong, which is noted.</summary>
    public T? Object<T>(string name, Func<RecordFields, T> read)
        where T : class => Field(name) is { ValueKind: JsonValueKind.Object } value ? Whole(value, $"{path}{name}.", read) : Wrong<T?>(name, "is no object", null);

    /// <summary>Objects by name.</summary>
    public ImmutableSortedDictionary<string, T> Map<T>(string name, Func<string, RecordFields, T> read) => Each(
        name, JsonValueKind.Object, (key, value) => Whole(value, $"{path}{name}.{key}.", fields => read(key, fields)));

    /// <summary>Objects by name that may be missing: agents from before this field was known read a record as long as it holds none.</summary>
    public ImmutableSortedDictionary<string, T> MapOrNone<T>(string name, Func<string, RecordFields, T> read) =>
        Field(name) is null ? ImmutableSortedDictionary.Create<string, T>(StringComparer.Ordinal) : Map(name, read);

    /// <summary>Texts by name.</summary>
    public ImmutableSortedDictionary<string, string> TextMap(string name) => Each(name, JsonValueKind.String, (_, value) => EtcdJson.TextOf(value) ?? string.Empty);

    /// <summary>Texts by name that may be missing: agents from before this field was known read a record as long as it holds none.</summary>
    public ImmutableSortedDictionary<string, string> TextMapOrNone(string name) => Field(name) is null ? ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal) : TextMap(name);

    /// <summary>Epochs by name; none if they are missing.</summary>
    public ImmutableSortedDictionary<string, Epoch> Epochs(string name)
    {
        var all = ImmutableSortedDictionary.CreateBuilder<string, Epoch>(StringComparer.Ordinal);
        foreach (var item in Field(name) is { ValueKind: JsonValueKind.Object } map ? map.EnumerateObject() : default)
        {
            all[item.Name] = item.Value.ValueKind == JsonValueKind.Number && item.Value.TryGetInt64(out var epoch) && epoch > 0
                ? new Epoch(epoch) : Wrong($"{name}.{item.Name}", "is no epoch", Contract.Epoch.None);
        }

        return Field(name) is null or { ValueKind: JsonValueKind.Object } ? all.ToImmutable() : Wrong(name, "is no object", all.ToImmutable());
    }

    /// <summary>What was not asked for is an error: who writes the record again would lose it.</summary>
    public void NothingElse() => errors.AddRange(
        root.EnumerateObject().Where(field => !asked.Contains(field.Name)).Select(field => $"{path}{field.Name} is unknown here"));

    private T Whole<T>(JsonElement value, string inner, Func<RecordFields, T> read)
    {
        var fields = new RecordFields(value, inner, errors);
        var whole = read(fields);
        fields.NothingElse();
        return whole;
    }

    private ImmutableSortedDictionary<string, T> Each<T>(string name, JsonValueKind kind, Func<string, JsonElement, T> read)
    {
        var all = ImmutableSortedDictionary.CreateBuilder<string, T>(StringComparer.Ordinal);
        if (Field(name) is not { ValueKind: JsonValueKind.Object } map)
        {
            return Wrong(name, "is no object", all.ToImmutable());
        }

        foreach (var item in map.EnumerateObject())
        {
            if (item.Value.ValueKind != kind)
            {
                errors.Add($"{path}{name}.{item.Name} is no {(kind == JsonValueKind.Object ? "object" : "text")}");
            }
            else
            {
                all[item.Name] = read(item.Name, item.Value);
            }
        }

        return all.ToImmutable();
    }

    private NodeId Named(string name, string text) => Names.IsValid(text) ? new(text) : Wrong(name, $"names '{text}', which cannot be a node", new NodeId(text));

    private JsonElement? Field(string name)
    {
        asked.Add(name);
        return root.Field(name);
    }

    private T Wrong<T>(string name, string why, T instead)
    {
        errors.Add(Field(name) is null ? $"{path}{name} is missing" : $"{path}{name} {why}");
        return instead;
    }
}
