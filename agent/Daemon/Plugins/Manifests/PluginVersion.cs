using System.Text.RegularExpressions;

namespace NodeAgent.Daemon.Plugins.Manifests;

/// <summary>A plugin's version: three numbers and an optional pre-release, ordered as semantic versions are.</summary>
public sealed partial record PluginVersion(int Major, int Minor, int Patch, string PreRelease)
    : IComparable<PluginVersion>
{
    /// <summary>The rule in words, for error messages.</summary>
    public const string Rule = "three numbers with an optional pre-release, such as 1.4.0 or 1.4.0-beta.2";

    /// <summary>The version in <paramref name="text"/>; null if it keeps no version.</summary>
    public static PluginVersion? TryParse(string text)
    {
        var match = Pattern().Match(text);
        if (!match.Success
            || !int.TryParse(match.Groups["major"].ValueSpan, out var major)
            || !int.TryParse(match.Groups["minor"].ValueSpan, out var minor)
            || !int.TryParse(match.Groups["patch"].ValueSpan, out var patch))
        {
            return null;
        }

        return new PluginVersion(major, minor, patch, match.Groups["pre"].Value);
    }

    /// <inheritdoc/>
    public int CompareTo(PluginVersion? other)
    {
        if (other is null)
        {
            return 1;
        }

        var numbers = (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
        return numbers != 0 ? numbers : ComparePreReleases(PreRelease, other.PreRelease);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        PreRelease.Length == 0 ? $"{Major}.{Minor}.{Patch}" : $"{Major}.{Minor}.{Patch}-{PreRelease}";

    private static int ComparePreReleases(string left, string right)
    {
        // A release is newer than its pre-releases.
        if (left.Length == 0 || right.Length == 0)
        {
            return right.Length.CompareTo(left.Length);
        }

        var (lefts, rights) = (left.Split('.'), right.Split('.'));
        for (var at = 0; at < Math.Min(lefts.Length, rights.Length); at++)
        {
            var order = ComparePart(lefts[at], rights[at]);
            if (order != 0)
            {
                return order;
            }
        }

        return lefts.Length.CompareTo(rights.Length);
    }

    private static int ComparePart(string left, string right)
    {
        var isLeft = int.TryParse(left, out var leftNumber);
        var isRight = int.TryParse(right, out var rightNumber);
        return (isLeft, isRight) switch
        {
            (true, true) => leftNumber.CompareTo(rightNumber),
            (true, false) => -1,
            (false, true) => 1,
            (false, false) => string.CompareOrdinal(left, right),
        };
    }

    [GeneratedRegex(
        @"\A(?<major>[0-9]{1,9})\.(?<minor>[0-9]{1,9})\.(?<patch>[0-9]{1,9})(-(?<pre>[0-9a-z]+(\.[0-9a-z]+)*))?\z",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
