namespace NodeAgent.Daemon.Tuning;

/// <summary>Versions of OpenZFS whose parameters were looked at. In others a name may have come to mean something else.</summary>
internal static class ZfsKnown
{
    private static readonly (int Major, int Minor)[] Series = [(2, 3), (2, 4)];

    /// <summary>Which versions these are, for people.</summary>
    public static string Words { get; } = string.Join(" and ", Series.Select(series => $"{series.Major}.{series.Minor}"));

    /// <summary>Whether profiles may be used with a version, such as "2.3.9-0+deb13u1".</summary>
    public static bool Knows(string version) =>
        !version.Contains("rc", StringComparison.OrdinalIgnoreCase)
        && Version.TryParse(string.Concat(version.TakeWhile(letter => char.IsAsciiDigit(letter) || letter == '.')), out var number)
        && number is { Build: >= 0 and < 99, Revision: < 0 } && Series.Contains((number.Major, number.Minor));
}
