using System.Globalization;
using System.Text.Json;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Wire;

/// <summary>
/// A place in an answer. What is missing or of a wrong kind is noted with its place, and read as empty: an answer with notes is
/// not used at all. Unknown fields are LINSTOR's to add.
/// </summary>
internal readonly struct JsonLook(JsonElement element, string place, List<string> notes)
{
    private const int MostNotes = 8;

    /// <summary>A text that must be there.</summary>
    public string Text(string name) => Field(name) is not { } field ? Missing<string>(name) ?? ""
        : field.ValueKind == JsonValueKind.String && Decoded(field) is { } text ? text
        : Wrong<string>(name, "a text") ?? "";

    /// <summary>A text; empty if it is not there.</summary>
    public string TextOr(string name) => Field(name) is null ? "" : Text(name);

    /// <summary>A whole number that must be there and is not negative.</summary>
    public long Number(string name) => Field(name) is null ? Missing<long?>(name) ?? 0 : NumberOr(name) ?? 0;

    /// <summary>A whole number; null if it is not there.</summary>
    public long? NumberOr(string name) => Field(name) is not { } field ? null
        : field.ValueKind == JsonValueKind.Number && field.TryGetInt64(out var number) && number >= 0 ? number
        : Wrong<long?>(name, "a whole number that is not negative");

    /// <summary>A whole number that must be there, of either sign.</summary>
    public long Code(string name) => Field(name) is not { } field ? Missing<long?>(name) ?? 0
        : field.ValueKind == JsonValueKind.Number && field.TryGetInt64(out var number) ? number
        : Wrong<long?>(name, "a whole number") ?? 0;

    /// <summary>A volume's number, which must be there.</summary>
    public int Volume(string name) => Number(name) is var number && number <= ushort.MaxValue ? (int)number : Wrong<int?>(name, "a volume's number") ?? 0;

    /// <summary>Yes or no; null if it is not there.</summary>
    public bool? YesNo(string name) => Field(name) is not { } field ? null
        : field.ValueKind is JsonValueKind.True or JsonValueKind.False ? field.GetBoolean()
        : Wrong<bool?>(name, "true or false");

    /// <summary>Texts; empty if they are not there.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        if (Field(name) is not { } field)
        {
            return [];
        }

        var texts = field.ValueKind == JsonValueKind.Array ? field.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? Decoded(item) : null).ToList() : [null];
        return texts.Contains(null) ? Wrong<IReadOnlyList<string>>(name, "a list of texts") ?? [] : [.. texts.OfType<string>()];
    }

    /// <summary>Texts by name; empty if they are not there.</summary>
    public IReadOnlyDictionary<string, string> Map(string name)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, item) in Children(name))
        {
            map[key] = item.Self.ValueKind == JsonValueKind.String && Decoded(item.Self) is { } text ? text : Wrong<string>($"{name}.{key}", "a text") ?? "";
        }

        return map;
    }

    /// <summary>An object; an empty one if it is not there.</summary>
    public JsonLook Of(string name)
    {
        var at = $"{place}.{name}";
        return Field(name) is not { } field ? new JsonLook(default, at, notes)
            : field.ValueKind == JsonValueKind.Object ? new JsonLook(field, at, notes)
            : new JsonLook(Wrong<JsonElement>(name, "an object"), at, notes);
    }

    /// <summary>What this object has at this name, item by item; none if it is not there.</summary>
    public IReadOnlyList<(string Name, JsonLook Item)> Children(string name) => Field(name) is { } field ? new JsonLook(field, $"{place}.{name}", notes).Children() : [];

    /// <summary>What this object has, item by item.</summary>
    public IReadOnlyList<(string Name, JsonLook Item)> Children()
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            _ = Note<string>($"{place} must be an object");
            return [];
        }

        var found = new List<(string Name, JsonLook Item)>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in element.EnumerateObject())
        {
            if (NameOf(item) is not { } name || !names.Add(name))
            {
                _ = Note<string>($"{place} has a name that is no text, or twice");
                continue;
            }

            found.Add((name, new JsonLook(item.Value, $"{place}.{name}", notes)));
        }

        return found;
    }

    /// <summary>Objects in a list; none if it is not there.</summary>
    public IReadOnlyList<JsonLook> Items(string name) => Field(name) is { } field ? new JsonLook(field, $"{place}.{name}", notes).Items() : [];

    /// <summary>Objects in this list.</summary>
    public IReadOnlyList<JsonLook> Items()
    {
        if (element.ValueKind != JsonValueKind.Array)
        {
            _ = Note<string>($"{place} must be a list");
            return [];
        }

        var found = new List<JsonLook>();
        foreach (var item in element.EnumerateArray())
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{place}[{found.Count}]");
            if (item.ValueKind != JsonValueKind.Object)
            {
                _ = Note<string>($"{at} must be an object");
            }

            found.Add(new JsonLook(item.ValueKind == JsonValueKind.Object ? item : default, at, notes));
        }

        return found;
    }

    private JsonElement Self => element;

    // null is as good as nothing: LINSTOR writes both.
    private JsonElement? Field(string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var found) && found.ValueKind != JsonValueKind.Null ? found : null;

    // Half a surrogate pair is JSON and no text.
    private static string? Decoded(JsonElement field)
    {
        try
        {
            return field.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string? NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private T? Missing<T>(string name) => Note<T>($"{place}.{name} is missing");

    private T? Wrong<T>(string name, string wanted) => Note<T>($"{place}.{name} must be {wanted}");

    private T? Note<T>(string text)
    {
        if (notes.Count < MostNotes)
        {
            notes.Add(text);
        }

        return default;
    }
}
