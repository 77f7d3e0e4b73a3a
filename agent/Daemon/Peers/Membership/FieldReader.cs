using System.Text.Json;

namespace NodeAgent.Daemon.Peers.Membership;

/// <summary>Reads fields of a JSON document that may be hostile; collects every error, each with its field's path.</summary>
internal sealed class FieldReader
{
    public List<string> Errors { get; } = [];

    public string Text(JsonElement parent, string path, string field, int limit)
    {
        if (Field(parent, field) is { ValueKind: JsonValueKind.String } found && TryText(found, limit) is { } text)
        {
            return text;
        }

        Errors.Add($"{path}{field}: must be a text of 1 to {limit} characters");
        return "";
    }

    public long Whole(JsonElement parent, string path, string field)
    {
        if (Field(parent, field) is { ValueKind: JsonValueKind.Number } found
            && found.TryGetInt64(out var number) && number >= 0)
        {
            return number;
        }

        Errors.Add($"{path}{field}: must be a whole number, 0 or more");
        return 0;
    }

    public IReadOnlyList<JsonElement> Items(JsonElement parent, string path, string field, int limit)
    {
        if (Field(parent, field) is { ValueKind: JsonValueKind.Array } found
            && found.GetArrayLength() is var length && length >= 1 && length <= limit)
        {
            return [.. found.EnumerateArray()];
        }

        Errors.Add($"{path}{field}: must be a list of 1 to {limit} items");
        return [];
    }

    public void Expect(bool condition, string path, string rule)
    {
        if (!condition)
        {
            Errors.Add($"{path}: {rule}");
        }
    }

    private static JsonElement? Field(JsonElement parent, string field) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(field, out var found) ? found : null;

    private static string? TryText(JsonElement element, int limit)
    {
        try
        {
            var text = element.GetString();
            return text is { Length: > 0 } && text.Length <= limit ? text : null;
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate or invalid UTF-8 inside the string.
            return null;
        }
    }
}
