namespace NodeAgent.Plugins.NvmeMirrorBackend.Pools;

/// <summary>
/// What is known about versions of OpenZFS, read in its sources at these tags (module/zfs/mmp.c, cmd/zhack.c). 2.3.9 was
/// tried. Whatever is not named here is not known: pools stay where they are.
/// </summary>
internal static class ZfsVersions
{
    /// <summary>The rule of one version, such as "2.3.9-0+deb13u1" or "zfs-kmod-2.4.4-1".</summary>
    public static ClaimRule RuleOf(string version) => Number(version) switch
    {
        null => ClaimRule.Unknown,
        { Major: 2, Minor: 3, Build: <= 5 } or { Major: 2, Minor: 4, Build: 0 } => ClaimRule.Unclaimed,
        { Major: 2, Minor: 3, Build: <= 8 } or { Major: 2, Minor: 4, Build: <= 3 } => ClaimRule.Refused,
        { Major: 2, Minor: 3, Build: 9 } or { Major: 2, Minor: 4, Build: 4 } => ClaimRule.Reclaim,
        _ => ClaimRule.Unknown,
    };

    /// <summary>Module and programs decide together: of two rules the one that allows less.</summary>
    public static ClaimRule RuleOf(string kernel, string programs)
    {
        var (first, second) = (RuleOf(kernel), RuleOf(programs));
        return first == second ? first
            : first == ClaimRule.Unknown || second == ClaimRule.Unknown ? ClaimRule.Unknown
            : ClaimRule.Refused;
    }

    /// <summary>Why no pool may be built or taken by planned handover with this version; null if it may.</summary>
    public static string? AgainstPlanned(ClaimRule rule) => rule switch
    {
        ClaimRule.Reclaim => null,
        ClaimRule.Unclaimed => "this version of ZFS imports a stale half after a reboot without any check; 2.3.9 or 2.4.4 is needed",
        ClaimRule.Refused => "this version of ZFS refuses to import half of a mirror and has no way out; 2.3.9 or 2.4.4 is needed",
        _ => "nobody has looked what this version of ZFS does; 2.3.9 and 2.4.4 are known",
    };

    private static Version? Number(string version)
    {
        // 2.4.0-rc1 is not 2.4.0, nor is 2.4.0~rc1; numbers such as 2.3.99 are builds between versions.
        if (version.Contains("rc", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var digits = version.SkipWhile(letter => !char.IsAsciiDigit(letter)).TakeWhile(letter => char.IsAsciiDigit(letter) || letter == '.');
        return Version.TryParse(string.Concat(digits), out var number) && number is { Build: >= 0, Revision: < 0 } ? number : null;
    }
}
