using System.Buffers;

namespace NodeAgent.Daemon.Metrics;

/// <summary>Makes any string a label value that every parser reads back the same.</summary>
internal static class LabelText
{
    /// <summary>Longer values are cut: a label is a name, not a message.</summary>
    public const int MaxLength = 256;

    // Half a surrogate pair has no UTF-8; two broken values would become one series.
    private static readonly SearchValues<char> Suspects = SearchValues.Create(
        [.. Enumerable.Range(0, char.MaxValue + 1).Select(i => (char)i).Where(c => char.IsSurrogate(c) || IsRefused(c))]);

    public static string Normalise(string value)
    {
        if (value.Length > MaxLength)
        {
            var cut = char.IsHighSurrogate(value[MaxLength - 2]) ? MaxLength - 2 : MaxLength - 1;
            value = value[..cut] + '…';
        }

        return value.AsSpan().ContainsAny(Suspects) ? Repair(value) : value;
    }

    private static bool IsRefused(char c) => char.IsControl(c) && c is not '\n' and not '\t';

    private static string Repair(string value)
    {
        var chars = value.ToCharArray();
        for (var i = 0; i < chars.Length; i++)
        {
            if (char.IsHighSurrogate(chars[i]) && i + 1 < chars.Length && char.IsLowSurrogate(chars[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(chars[i]) || IsRefused(chars[i]))
            {
                chars[i] = '\uFFFD';
            }
        }

        return new string(chars);
    }
}
