using System.Globalization;

namespace NodeAgent.Daemon.Configuration.Kinds;

/// <summary>A whole number with a unit.</summary>
internal static class Quantity
{
    /// <summary>Splits "60s" into 60 and "s"; null if it does not begin with a number.</summary>
    public static (long Number, string Unit)? Split(string text)
    {
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        return long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (number, text[digits..].Trim())
            : null;
    }

    /// <summary>The product, or the largest number there is.</summary>
    public static long Times(long number, long factor) => number > long.MaxValue / factor ? long.MaxValue : number * factor;
}
