using System.Collections;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Api;

/// <summary>
/// What every message has to keep, whatever it is for: texts that can be names, lines or paths of this machine, and
/// numbers that are numbers. So nothing odd reaches file names, logs or terminals.
/// </summary>
internal static class MessageCheck
{
    private const int LongestText = 4096;
    private const int MostItems = 256;

    /// <summary>Null if nothing is wrong.</summary>
    public static Fault? WrongWith(object message)
    {
        foreach (var property in message.GetType().GetProperties().Where(property => property.GetIndexParameters().Length == 0))
        {
            if (WrongWithValue(property.GetValue(message)) is { } why)
            {
                var field = char.ToLowerInvariant(property.Name[0]) + property.Name[1..];
                return new Fault(FaultCode.InvalidArgument, $"cannot take the field '{field}'", why, "Mend the request.", Retry.Never);
            }
        }

        return null;
    }

    private static string? WrongWithValue(object? value) => value switch
    {
        string text when text.Length > LongestText => $"it is longer than {LongestText} characters",
        string text when text.Any(char.IsControl) => "it holds a control character",
        string text when text.Any(char.IsSurrogate) && !IsWhole(text) => "it is not text",
        double number when !double.IsFinite(number) => "it is not a number",
        string => null,
        IDictionary or System.Collections.Generic.IReadOnlyDictionary<string, string> => WrongWithItems(((IEnumerable)value).Cast<object>().SelectMany(PairOf)),
        IEnumerable items => WrongWithItems(items.Cast<object?>()),
        _ => null,
    };

    private static string? WrongWithItems(IEnumerable<object?> items)
    {
        var count = 0;
        foreach (var item in items)
        {
            if (++count > MostItems)
            {
                return $"it has more than {MostItems} items";
            }

            if (item is null)
            {
                return "one of its items is null";
            }

            if (WrongWithValue(item) is { } why)
            {
                return why;
            }
        }

        return null;
    }

    private static IEnumerable<object?> PairOf(object pair) =>
        pair is KeyValuePair<string, string> known ? [known.Key, known.Value] : [];

    private static bool IsWhole(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == 0xFFFD)
            {
                return false;
            }
        }

        return true;
    }
}
