using System.Collections.Immutable;
using System.Globalization;

namespace NodeAgent.Plugins.LinstorBackend.Kernel;

/// <summary>A volume's generation identifiers, as "drbdadm get-gi" prints them: CURRENT:BITMAP:HISTORY:HISTORY:flags.</summary>
/// <param name="Current">What the data is now.</param>
/// <param name="Bitmap">What the peer's data was when the two parted; 0: they did not.</param>
/// <param name="History">What it was before, newest first.</param>
/// <param name="Flags">Consistent, was up to date, primary, connected, full sync, peer outdated, crashed as primary.</param>
internal sealed record Generation(ulong Current, ulong Bitmap, ImmutableArray<ulong> History, ImmutableArray<bool> Flags)
{
    // Its lowest bit only says whether the node was primary.
    private const ulong RoleBit = 1;

    // Metadata that was just made: nothing was ever copied.
    private const ulong JustCreated = 4;

    /// <summary>Reads a line; null if it is not understood.</summary>
    public static Generation? Parse(string text)
    {
        var words = text.Trim().Split(':');
        var identifiers = words.TakeWhile(word => word.Length == 16).ToList();
        var flags = words.Skip(identifiers.Count).ToList();
        var numbers = identifiers.ConvertAll(word => ulong.TryParse(word, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) ? number & ~RoleBit : (ulong?)null);
        return identifiers.Count < 3 || numbers.Contains(null) || flags.Count == 0 || flags.Exists(flag => flag is not ("0" or "1")) ? null
            : new Generation(numbers[0]!.Value, numbers[1]!.Value, [.. numbers.Skip(2).OfType<ulong>()], [.. flags.Select(flag => flag == "1")]);
    }

    /// <summary>The line again, for the node on the other side.</summary>
    public string ToText() => string.Join(':', History.Insert(0, Bitmap).Insert(0, Current).Select(number => number.ToString("X16", CultureInfo.InvariantCulture))
        .Concat(Flags.Select(flag => flag ? "1" : "0")));

    /// <summary>How this copy stands to the other one. The kernel's own rules; where they are in doubt, the worse.</summary>
    public Descent Against(Generation other)
    {
        static bool Knows(Generation one, ulong current) => one.Bitmap == current || one.History.Contains(current);
        return Current is 0 or JustCreated || other.Current is 0 or JustCreated ? Descent.Unknown
            : Current == other.Current ? Descent.Same
            : Knows(other, Current) ? Descent.Behind
            : Knows(this, other.Current) ? Descent.Ahead
            : (Bitmap != 0 && Bitmap == other.Bitmap) || History.Any(number => number != 0 && other.History.Contains(number)) ? Descent.Parted
            : Descent.Unrelated;
    }

    public bool Equals(Generation? other) => other is not null && ToText() == other.ToText();

    public override int GetHashCode() => Current.GetHashCode();
}
