using System.Globalization;

namespace NodeAgent.Daemon.Tuning;

/// <summary>Values of parameters as the kernel writes them.</summary>
internal static class ParameterText
{
    /// <summary>The number; null if it is none that could be written back as it was.</summary>
    public static long? Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && Of(number) == text ? number : null;

    public static string Of(long number) => number.ToString(CultureInfo.InvariantCulture);
}
