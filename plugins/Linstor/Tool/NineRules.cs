using System.Globalization;

namespace NodeAgent.Plugins.LinstorBackend.Tool;

/// <summary>
/// What the options of a resource of DRBD 9 must be. The freeze that the certificates rest on is the same as in 8.4; quorum comes
/// on top where there are three votes, and never in its place.
/// </summary>
internal static class NineRules
{
    private static readonly (string Section, string Name, string[] Right, string Why)[] Kernel =
    [
        ("net", "protocol", ["C"], "writes are acknowledged before the peer has them"),
        ("net", "allow-two-primaries", ["no"], "ALARM: both nodes could write at once"),
        ("net", "after-sb-0pri", ["disconnect"], "after a split brain writes would be thrown away by rule"),
        ("net", "after-sb-1pri", ["disconnect"], "after a split brain writes would be thrown away by rule"),
        ("net", "after-sb-2pri", ["disconnect"], "after a split brain writes would be thrown away by rule"),
        ("net", "rr-conflict", ["disconnect", "retry-connect"], "a writer's copy could be overwritten"),
        ("net", "on-congestion", ["block"], "the peer may fall behind without a word"),
        ("net", "fencing", ["resource-and-stonith"], "writes go on without the peer before anybody recorded it"),
        ("disk", "on-io-error", ["detach"], "a bad drive is not taken out of use"),
        ("options", "auto-promote", ["no"], "whoever opens the device would become a writer behind the agent's back"),
    ];

    /// <summary>What must change, and what would better.</summary>
    /// <param name="shown">What the kernel has: "drbdsetup show --json --show-defaults".</param>
    /// <param name="written">What the files say: "drbdadm dump".</param>
    public static OptionFindings Judge(ShownOptions shown, ShownOptions written)
    {
        var wrong = Kernel.Where(rule => shown.Of(rule.Name) is not { Count: > 0 } values || !values.All(value => rule.Right.Contains(value, StringComparer.Ordinal)))
            .Select(rule => $"{rule.Section} {{ {rule.Name} {rule.Right[0]}; }} is missing: {rule.Why}").ToList();
        var votes = 1 + shown.Of("_peer_node_id").Distinct(StringComparer.Ordinal).Count();
        if (votes > 2 && shown.Of("quorum") is not ["majority" or "all"])
        {
            wrong.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"options {{ quorum majority; }} is missing: ALARM: {votes} nodes vote and quorum is off, as LINSTOR's auto-quorum leaves it without a word when copies are few"));
        }

        if (votes == 2 && shown.Of("quorum").Any(value => value != "off"))
        {
            wrong.Add("options { quorum off; } is missing: of two votes one is no majority, and a writer whose peer is gone would stand still for ever");
        }

        if (votes > 2 && shown.Of("on-no-quorum") is not ["suspend-io" or "io-error"])
        {
            wrong.Add("options { on-no-quorum suspend-io; } is missing: what a node without a majority does is not known");
        }

        wrong.AddRange(OptionRules.Hung(shown));
        List<string> unflushed = [.. OptionRules.Unflushed(shown)];
        wrong.AddRange(unflushed);
        if (written.Of("fence-peer") is not [OptionRules.Handler])
        {
            wrong.Add($"handlers {{ fence-peer \"{OptionRules.Handler}\"; }} is missing: another handler decides behind the agent's back that the peer is out of date");
        }

        if (written.Of("become-primary-on").Count > 0)
        {
            wrong.Add("startup { become-primary-on …; } must go: a boot would make the node a writer behind the agent's back");
        }

        return OptionRules.Findings(wrong, unflushed, shown);
    }
}
