using System.Text.RegularExpressions;

namespace NodeAgent.Plugins.LinstorBackend.Versions;

/// <summary>
/// What is armed for which versions of the kernel's module and of the programs. Versions that nobody looked at are refused:
/// what they freeze, when they thaw, and what their programs print has to be known, not hoped for.
/// </summary>
internal static partial class DrbdVersions
{
    /// <summary>Why nothing is promoted with these versions; null: it is.</summary>
    /// <param name="module">/sys/module/drbd/version: "8.4.11"; null: not loaded.</param>
    /// <param name="tools">What "drbdadm --version" prints.</param>
    /// <param name="trustsNine">The operator trusts 9.x although nobody has tried it: versions that fit are let through.</param>
    public static string? Against(string? module, string tools, bool trustsNine)
    {
        if (module is null)
        {
            return "the module drbd is not loaded: 'modprobe drbd'";
        }

        if (Tools(tools) is not { } programs)
        {
            return "drbdadm does not tell its version";
        }

        return Module(module) switch
        {
            null => $"the module calls itself {module}, which is no version",
            (8, 4, 11) => programs is (9, 22, _) ? null : $"the programs are {Text(programs)}; with the kernel's own module 8.4.11 only drbd-utils 9.22 was looked at",
            (8, _, _) => $"the module is {module}; of the kernel's own only 8.4.11 was looked at",
            (9, 2, < 19) or (9, 3, < 3) or (9, < 2, _) => $"the module is {module}; before 9.2.19 and 9.3.3 copies could part without a word: upgrade",
            (9, 2 or 3, _) when programs is (9, < 28, _) => $"the programs are {Text(programs)}; before 9.28 they tell events in the wrong order: upgrade",
            (9, 2 or 3, _) when programs is not (9, _, _) => $"the programs are {Text(programs)}; nobody looked at these",
            (9, 2 or 3, _) => trustsNine ? null
                : $"the module is {module}, and this agent was never tried with a real one of that generation; option '{TrustOption}: true' lets it be used all the same, at your risk: try every failover on a copy of nothing first",
            _ => $"nobody looked at module {module}",
        };
    }

    /// <summary>The option with which 9.x is used although nobody has tried it.</summary>
    public const string TrustOption = "trust_untried_drbd9";

    /// <summary>True if the module is of generation 9.</summary>
    public static bool IsNine(string? module) => module is not null && Module(module) is { Major: 9 };

    /// <summary>The version of the programs, for people.</summary>
    public static string Name(string tools) => Tools(tools) is { } programs ? Text(programs) : "?";

    private static string Text((int Major, int Minor, int Patch) version) => FormattableString.Invariant($"{version.Major}.{version.Minor}.{version.Patch}");

    private static (int Major, int Minor, int Patch)? Module(string text) => Numbers(ModulePattern().Match(text));

    private static (int Major, int Minor, int Patch)? Tools(string text) => Numbers(ToolsPattern().Match(text));

    private static (int Major, int Minor, int Patch)? Numbers(Match match) =>
        match.Success && Part(match, "major") is { } major && Part(match, "minor") is { } minor && Part(match, "patch") is { } patch ? (major, minor, patch) : null;

    private static int? Part(Match match, string name) =>
        int.TryParse(match.Groups[name].ValueSpan, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;

    // Release candidates and builds between releases do not match.
    [GeneratedRegex(@"\A(?<major>[0-9]{1,4})\.(?<minor>[0-9]{1,4})\.(?<patch>[0-9]{1,4})\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ModulePattern();

    [GeneratedRegex(@"^DRBDADM_VERSION=(?<major>[0-9]{1,4})\.(?<minor>[0-9]{1,4})\.(?<patch>[0-9]{1,4})\r?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ToolsPattern();
}
