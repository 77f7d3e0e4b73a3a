using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Json;

/// <summary>
/// How our values look in JSON: on disk, between agents and on the command line. camelCase, enums as words, identities
/// as plain strings, spans in seconds. Unknown members are let through, so that a newer peer can add some.
/// </summary>
internal static class WireJson
{
    /// <summary>For files and peers: compact.</summary>
    public static JsonSerializerOptions Compact { get; } = Make(indented: false);

    /// <summary>For messages that people write, too: what may be null may be left out.</summary>
    public static JsonSerializerOptions Lenient { get; } = new(Compact)
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LetNullsBeLeftOut } },
    };

    /// <summary>For people: indented.</summary>
    public static JsonSerializerOptions Indented { get; } = Make(indented: true);

    /// <summary>Reads JSON that came from outside; what is wrong with it comes back as a fault naming the field.</summary>
    /// <param name="json">The text.</param>
    /// <param name="what">What it is and where from: "record of unit tank:db from n2".</param>
    public static Outcome<T> Read<T>(ReadOnlySpan<byte> json, string what) => Read<T>(json, what, Compact);

    /// <summary>The same for what has other rules.</summary>
    public static Outcome<T> Read<T>(ReadOnlySpan<byte> json, string what, JsonSerializerOptions options)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, options) is { } value
                ? Outcome.Ok(value)
                : Broken(what, "it is null");
        }
        catch (JsonException problem)
        {
            return Broken(what, $"line {problem.LineNumber + 1}, field {problem.Path ?? "$"}: {problem.Message}");
        }
    }

    private static void LetNullsBeLeftOut(JsonTypeInfo type)
    {
        foreach (var property in type.Properties.Where(property => property.AssociatedParameter is { IsNullable: true }))
        {
            property.IsRequired = false;
        }
    }

    private static Fault Broken(string what, string why) => new(
        FaultCode.Unparseable, $"cannot read the {what}", why, "Both sides must run matching versions; see 'nodeagent version'.", Retry.AfterFix);

    private static JsonSerializerOptions Make(bool indented)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            WriteIndented = indented,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.Converters.Add(new TextConverter<NodeId>(id => id.Value, text => new NodeId(text)));
        options.Converters.Add(new TextConverter<BackendId>(id => id.Value, text => new BackendId(text)));
        options.Converters.Add(new TextConverter<UnitId>(id => id.ToString(), ParseUnit));
        options.Converters.Add(new EpochConverter());
        options.Converters.Add(new SecondsConverter());
        return options;
    }

    private static UnitId ParseUnit(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && colon < text.Length - 1
            ? new UnitId(new BackendId(text[..colon]), text[(colon + 1)..])
            : throw new JsonException($"'{text}' is not of the form backend:unit");
    }
}
