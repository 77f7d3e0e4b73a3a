namespace NodeAgent.Daemon.Configuration.Kinds;

/// <summary>One of the words of an enumeration, in lower case.</summary>
internal sealed class ChoiceKind<T>(params T[] choices) : FieldKind
    where T : struct, Enum
{
    public override string Rule => $"one of {string.Join(", ", choices.Select(Word))}";

    public override Parsed Parse(string text)
    {
        foreach (var choice in choices)
        {
            if (Word(choice) == text)
            {
                return Parsed.Ok(choice);
            }
        }

        var near = Nearest.To(text, choices.Select(Word));
        return Parsed.No($"'{text}' is not a choice", near is null ? $"Write {Rule}" : $"Did you mean '{near}'?");
    }

    public override string Show(object value) => Word((T)value);

    private static string Word(T choice) => choice.ToString().ToLowerInvariant();
}
