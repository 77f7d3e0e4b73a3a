using System.Globalization;
using NodeAgent.Plugins.LinstorBackend.Kernel;

namespace NodeAgent.Plugins.LinstorBackend.Tool;

/// <summary>
/// The most that copying and comparing may take from disks and network, each volume: "resync-rate" where the rate is fixed (c-plan-ahead 0),
/// "c-max-rate" where the kernel finds it itself. Both are set, so that it holds either way.
/// </summary>
/// <param name="Kibibytes">KiB a second.</param>
internal sealed record ResyncRate(long Kibibytes)
{
    // What the kernel takes: c-max-rate begins at 250 KiB.
    private const long Least = 1 << 10;
    private const long Most = 4 << 20;

    /// <summary>Reads "100MiB"; null if it is none, or none that the kernel takes.</summary>
    public static ResyncRate? Parse(string text)
    {
        var unit = text.EndsWith("MiB", StringComparison.Ordinal) ? 1 << 10 : text.EndsWith("GiB", StringComparison.Ordinal) ? 1 << 20 : 0;
        return unit > 0 && text.Length < 9 && char.IsAsciiDigit(text[0]) && text[0] != '0' && int.TryParse(text[..^3], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number * (long)unit is >= Least and <= Most and var rate ? new ResyncRate(rate) : null;
    }

    /// <summary>What the kernel is told.</summary>
    public IReadOnlyList<OptionSetting> Settings => [new("disk", "resync-rate", Invariant($"{Kibibytes}k")), new("disk", "c-max-rate", Invariant($"{Kibibytes}k"))];

    /// <summary>What the kernel has instead, for people; null: it has this for each volume. 9.x shows those of nodes that only vote too.</summary>
    public string? Instead(OptionFindings found, ResourceState state) =>
        Has(found.ResyncRates, state) && Has(found.MaxRates, state) ? null : $"resync-rate {Join(found.ResyncRates)} and c-max-rate {Join(found.MaxRates)}";

    /// <inheritdoc/>
    public override string ToString() => Kibibytes % (1 << 20) == 0 ? Invariant($"{Kibibytes >> 20}GiB") : Invariant($"{Kibibytes >> 10}MiB");

    private bool Has(IReadOnlyList<string> shown, ResourceState state) => shown.Count(value => Read(value) == Kibibytes) >= state.Volumes.Count;

    private static string Join(IReadOnlyList<string> shown) => shown.Count == 0 ? "unknown" : string.Join(", ", shown.Distinct(StringComparer.Ordinal));

    // "102400k", "100M", "102400": the kernel counts in KiB.
    private static long? Read(string value)
    {
        var digits = string.Concat(value.TakeWhile(char.IsAsciiDigit));
        return !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > Most ? null
            : value[digits.Length..].Trim() switch { "" or "k" or "K" => number, "M" => number << 10, "G" => number << 20, _ => null };
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
