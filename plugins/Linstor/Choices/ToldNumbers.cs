using System.Globalization;

namespace NodeAgent.Plugins.LinstorBackend.Choices;

/// <summary>Numbers as zfs and lvs print them for programs; null for what is none.</summary>
internal static class ToldNumbers
{
    // 9999-12-31: no date is later.
    private const long Latest = 253_402_300_799;

    public static long? Bytes(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static DateTimeOffset? UnixSeconds(string text) => Bytes(text) is { } number and <= Latest ? DateTimeOffset.FromUnixTimeSeconds(number) : null;

    /// <summary>0 to 1 of "0.00" to "100.00".</summary>
    public static decimal? Percent(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent <= 100 ? percent / 100 : null;
}
