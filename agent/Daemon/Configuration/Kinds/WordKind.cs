namespace NodeAgent.Daemon.Configuration.Kinds;

/// <summary>One of some words, each with its meaning.</summary>
internal sealed class WordKind<T>(IReadOnlyDictionary<string, T> words) : FieldKind
    where T : notnull
{
    public override string Rule => $"one of {string.Join(", ", words.Keys)}";

    public override Parsed Parse(string text)
    {
        if (words.TryGetValue(text, out var meaning))
        {
            return Parsed.Ok(meaning);
        }

        var near = Nearest.To(text, words.Keys);
        return Parsed.No($"'{text}' is not a choice", near is null ? $"Write {Rule}" : $"Did you mean '{near}'?");
    }

    public override string Show(object value) => words.First(word => word.Value.Equals(value)).Key;
}
