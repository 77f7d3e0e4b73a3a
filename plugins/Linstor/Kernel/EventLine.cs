using System.Collections.Frozen;

namespace NodeAgent.Plugins.LinstorBackend.Kernel;

/// <summary>One line of "drbdsetup events2", of both generations. Text: events2 has no JSON.</summary>
/// <param name="Verb">What happened.</param>
/// <param name="Object">To what.</param>
/// <param name="Fields">What is said of it, by key.</param>
internal sealed record EventLine(EventVerb Verb, EventObject Object, IReadOnlyDictionary<string, string> Fields)
{
    private static readonly FrozenDictionary<string, string> None = FrozenDictionary<string, string>.Empty;

    private static readonly FrozenDictionary<string, EventVerb> Verbs = new Dictionary<string, EventVerb>(StringComparer.Ordinal)
    {
        ["exists"] = EventVerb.Exists,
        ["create"] = EventVerb.Create,
        ["change"] = EventVerb.Change,
        ["destroy"] = EventVerb.Destroy,
        ["call"] = EventVerb.Call,
        ["response"] = EventVerb.Response,
        ["rename"] = EventVerb.Rename,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, EventObject> Objects = new Dictionary<string, EventObject>(StringComparer.Ordinal)
    {
        ["resource"] = EventObject.Resource,
        ["device"] = EventObject.Device,
        ["connection"] = EventObject.Connection,
        ["peer-device"] = EventObject.PeerDevice,
        ["path"] = EventObject.Path,
        ["helper"] = EventObject.Helper,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static EventLine NotUnderstood { get; } = new(EventVerb.Unknown, EventObject.None, None);

    /// <summary>The resource it is about; empty if it is about none.</summary>
    public string Resource => Fields.GetValueOrDefault("name", "");

    /// <summary>Reads a line. One that is not understood whole is <see cref="EventVerb.Unknown"/>, whatever its beginning says.</summary>
    public static EventLine Parse(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries).AsSpan();
        if (words.Length > 0 && IsTime(words[0]))
        {
            words = words[1..];
        }

        if (words.Length < 2)
        {
            return NotUnderstood;
        }

        if (words[0] == "-" && words[1] == "skipped")
        {
            return new EventLine(EventVerb.Skipped, EventObject.None, None);
        }

        var verb = Verbs.GetValueOrDefault(words[0]);
        if (words[1] == "-")
        {
            return verb == EventVerb.Exists && words.Length == 2 ? new EventLine(EventVerb.Dumped, EventObject.None, None) : NotUnderstood;
        }

        var about = Objects.GetValueOrDefault(words[1]);
        var fields = verb == EventVerb.Unknown || about == EventObject.None ? null : ReadFields(words[2..]);
        return fields is not null && fields.ContainsKey("name") ? new EventLine(verb, about, fields) : NotUnderstood;
    }

    // 2026-11-21T18:00:00.000001+01:00
    private static bool IsTime(string word) => word.Length > 18 && char.IsAsciiDigit(word[0]) && word[10] == 'T';

    private static Dictionary<string, string>? ReadFields(ReadOnlySpan<string> words)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var word in words)
        {
            var colon = word.IndexOf(':', StringComparison.Ordinal);

            // Twice the same with two meanings is no line that can be relied on.
            if (colon < 1 || !fields.TryAdd(word[..colon], word[(colon + 1)..]))
            {
                return null;
            }
        }

        return fields;
    }
}
