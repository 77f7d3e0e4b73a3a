using System.Globalization;

namespace NodeAgent.Plugins.LinstorBackend.Tool;

/// <summary>What the options of a resource must be, and why.</summary>
internal static class OptionRules
{
    /// <summary>The handler that never decides: only then do writes stay frozen until the agent lets them go.</summary>
    public const string Handler = "/bin/false";

    private static readonly (string Section, string Name, string[] Right, string Why)[] Kernel =
    [
        ("net", "protocol", ["C"], "writes are acknowledged before the peer has them"),
        ("net", "allow-two-primaries", ["no"], "both nodes could write at once"),
        ("net", "after-sb-0pri", ["disconnect"], "after a split brain writes would be thrown away by rule"),
        ("net", "after-sb-1pri", ["disconnect"], "after a split brain writes would be thrown away by rule"),
        ("net", "after-sb-2pri", ["disconnect"], "after a split brain writes would be thrown away by rule"),
        ("net", "rr-conflict", ["disconnect"], "a writer's copy could be overwritten"),
        ("net", "on-congestion", ["block"], "the peer may fall behind without a word"),
        ("disk", "fencing", ["resource-and-stonith"], "writes go on without the peer before anybody recorded it"),
        ("disk", "on-io-error", ["detach"], "a bad drive is not taken out of use"),
    ];

    private static readonly OptionSetting[] Silence = [new("net", "ping-int", "2"), new("net", "connect-int", "2"), new("net", "timeout", "15")];

    /// <summary>What must change, and what would better.</summary>
    /// <param name="shown">What the kernel has: "drbdsetup show --show-defaults".</param>
    /// <param name="written">What the files say: "drbdadm dump".</param>
    public static OptionFindings Judge(ShownOptions shown, ShownOptions written)
    {
        // Without a connection the kernel has no options of one: what it will get is in the files, where defaults are left out.
        var isAlone = shown.Of("protocol").Count == 0;
        var wrong = Kernel.Where(rule => !IsRight(rule.Name, rule.Right, isAlone && rule.Section == "net" ? written : shown, isAlone && rule.Section == "net" && rule.Name != "protocol"))
            .Select(rule => $"{rule.Section} {{ {rule.Name} {rule.Right[0]}; }} is missing: {rule.Why}").ToList();
        wrong.AddRange(Hung(shown));
        List<string> unflushed = [.. Unflushed(shown)];
        wrong.AddRange(unflushed);
        if (written.Of("fence-peer") is not [Handler])
        {
            wrong.Add($"handlers {{ fence-peer \"{Handler}\"; }} is missing: another handler decides behind the agent's back that the peer is out of date");
        }

        if (written.Of("become-primary-on").Count > 0)
        {
            wrong.Add("startup { become-primary-on …; } must go: a boot would make the node a writer behind the agent's back");
        }

        return Findings(wrong, unflushed, shown);
    }

    /// <summary>
    /// All that was found. Only what is slow can be set in the kernel: what is unsafe must be right from the moment of "up" on, before anybody looks, so it
    /// belongs into the files; set in the kernel alone, copies would be certified that the next boot connects by other rules.
    /// </summary>
    public static OptionFindings Findings(IReadOnlyList<string> wrong, IReadOnlyList<string> unflushed, ShownOptions shown)
    {
        var slow = Slow(shown);

        // Each must be less than the others, and a kernel that is told one at a time refuses it.
        OptionSetting[] silence = slow.Exists(advice => Silence.Contains(advice.Setting)) ? Silence : [];
        return new OptionFindings(wrong, slow.ConvertAll(advice => advice.Told))
        {
            Unflushed = unflushed,
            Settings = [.. silence, .. slow.Select(advice => advice.Setting).Where(setting => !silence.Contains(setting))],
        };
    }

    /// <summary>
    /// What would let a loss of power of both nodes take acknowledged writes out of caches; called the same in both generations. The
    /// kernel's own is right: what is not shown is fine. "disk-barrier" stands in for nothing: kernels of today do not read it.
    /// </summary>
    public static IEnumerable<string> Unflushed(ShownOptions shown)
    {
        if (!shown.Of("disk-flushes").All(IsYes))
        {
            yield return "disk { disk-flushes yes; } is missing: what was acknowledged may be in a disk's cache only, and a loss of power takes it";
        }

        if (!shown.Of("disk-drain").All(IsYes))
        {
            yield return "disk { disk-drain yes; } is missing: writes may reach the disk in another order than the service relies on";
        }

        if (!shown.Of("md-flushes").All(IsYes))
        {
            yield return "disk { md-flushes yes; } is missing: a loss of power may take the record of what the copies differ in";
        }
    }

    /// <summary>
    /// A disk that does not answer must not be taken for one that answered with an error: what it brings later goes into memory that
    /// others have by then (drbd.conf: "typically it will corrupt meanwhile completely unrelated data"). Called the same in both generations.
    /// </summary>
    public static IEnumerable<string> Hung(ShownOptions shown) => shown.Of("disk-timeout").All(IsZero) ? []
        : ["disk { disk-timeout 0; } is missing: a disk that answers after it was given up writes into memory that is not its any more"];

    /// <summary>What is told where both copies are to be compared and cannot be.</summary>
    public const string NoAlgorithm = "net { verify-alg crc32c; } is missing: option 'verify' has the copies compared, and without an algorithm the kernel refuses it";

    /// <summary>There is an algorithm to compare both copies with; called the same in both generations. The kernel's own is none, shown as "".</summary>
    public static bool CanVerify(ShownOptions shown, ShownOptions written) =>
        (shown.Of("protocol").Count == 0 ? written : shown).Of("verify-alg") is { Count: > 0 } given && given.All(name => name.Length > 0 && !name.StartsWith('"'));

    /// <summary>What would better, in both generations.</summary>
    private static List<OptionAdvice> Slow(ShownOptions shown)
    {
        List<OptionAdvice> slow = [];
        Limit(slow, shown, "ping-int", 2, 3, "a silent peer is noticed late");
        Limit(slow, shown, "timeout", 15, 30, "a silent peer is noticed late");
        Limit(slow, shown, "connect-int", 2, 3, "a peer that is back is connected to late");
        Limit(slow, shown, "ping-timeout", 5, 30, "a silent peer is noticed late");
        if (shown.Of("ko-count").Any(IsZero))
        {
            slow.Add(Better(new("net", "ko-count", "7"), "0", "a peer whose disk hangs, and that answers all the same, holds every write for ever"));
        }

        if (shown.Of("on-no-data-accessible").Contains("suspend-io", StringComparer.Ordinal))
        {
            slow.Add(Better(new("options", "on-no-data-accessible", "io-error"), "suspend-io", "a writer that has lost both copies stands still, and cannot be closed without a reset of its node"));
        }

        if (shown.Of("c-min-rate").FirstOrDefault(IsCrawl) is { } crawl)
        {
            slow.Add(Better(new("disk", "c-min-rate", "0"), crawl, "while the service writes, a copy that is back is brought up to date at that rate, and until then the other must not be lost"));
        }

        return slow;
    }

    private static OptionAdvice Better(OptionSetting setting, string than, string why) =>
        new(setting, $"{setting.Section} {{ {setting.Name} {setting.Value}; }} would be better than {than}: {why}");

    // "0", "0s", "0 1/10 s".
    private static bool IsZero(string value) => value.TakeWhile(char.IsAsciiDigit).ToList() is { Count: > 0 } digits && digits.TrueForAll(digit => digit == '0');

    private static bool IsYes(string value) => value == "yes";

    private static bool IsRight(string name, string[] right, ShownOptions given, bool mayBeLeftOut) =>
        given.Of(name) is { Count: > 0 } values ? values.All(value => right.Contains(value, StringComparer.Ordinal)) : mayBeLeftOut;

    private static void Limit(List<OptionAdvice> slow, ShownOptions shown, string name, int wanted, int most, string why)
    {
        if (shown.Of(name).Any(value => !IsAtMost(value, most)))
        {
            slow.Add(Better(new("net", name, wanted.ToString(CultureInfo.InvariantCulture)), string.Join(" and ", shown.Of(name)), why));
        }
    }

    // "250k" is the kernel's own; 0 does not hold the resync back at all.
    private static bool IsCrawl(string value)
    {
        var digits = string.Concat(value.TakeWhile(char.IsAsciiDigit));
        return value[digits.Length..] is "k" or "" && digits.TrimStart('0').Length is > 0 and < 4;
    }

    // "10s", "60 1/10 s" or a bare number; units as each option has them.
    private static bool IsAtMost(string value, int most) =>
        int.TryParse(string.Concat(value.TakeWhile(char.IsAsciiDigit)), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most;
}
