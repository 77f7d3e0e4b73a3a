using System.Text;
using System.Text.Json;

namespace NodeAgent.Cluster.Etcd;

/// <summary>
/// The gateway's JSON: fields that are zero are left out, 64-bit numbers are strings, keys and values are base64.
/// Nothing here throws, whatever it is given: null is "not what was expected".
/// </summary>
internal static class EtcdJson
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16 };

    public static JsonElement? Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A field; null if it is not there, is null, or this is no object.</summary>
    public static JsonElement? Field(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A number, as a number or as a string of digits; zero if left out; null if it is something else.</summary>
    public static long? Number(this JsonElement element, string name) => element.Field(name) switch
    {
        null => 0,
        { ValueKind: JsonValueKind.Number } value => value.TryGetInt64(out var number) ? number : null,
        { ValueKind: JsonValueKind.String } value => long.TryParse(TextOf(value), out var number) ? number : UnsignedOf(value),
        _ => null,
    };

    /// <summary>True or false; false if left out; null if it is something else.</summary>
    public static bool? Flag(this JsonElement element, string name) => element.Field(name) switch
    {
        null => false,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => null,
    };

    /// <summary>Text; null if left out or something else.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.Field(name) is { ValueKind: JsonValueKind.String } value ? TextOf(value) : null;

    /// <summary>The elements of an array; none if left out; null if it is something else.</summary>
    public static IReadOnlyList<JsonElement>? List(this JsonElement element, string name) => element.Field(name) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } value => [.. value.EnumerateArray()],
        _ => null,
    };

    /// <summary>Bytes in base64 as UTF-8 text; empty if left out; null if they are something else.</summary>
    public static string? Bytes(this JsonElement element, string name)
    {
        if (element.Field(name) is not { } value)
        {
            return string.Empty;
        }

        if (value.ValueKind != JsonValueKind.String || TextOf(value) is not { } text)
        {
            return null;
        }

        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }

    // Member ids are unsigned in etcd; their bits are all that counts.
    private static long? UnsignedOf(JsonElement value) => ulong.TryParse(TextOf(value), out var number) ? unchecked((long)number) : null;

    public static string? TextOf(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // An escape for half a surrogate pair is valid JSON and no text.
            return null;
        }
    }
}
