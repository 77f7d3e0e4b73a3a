using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Tool;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Provisioning;

/// <summary>The properties that a resource is made with: the options without which it would never be adopted, and those to which nobody objects.</summary>
internal static class ResourceProps
{
    public const string Quorum = "DrbdOptions/Resource/quorum";
    public const string AutoQuorum = "DrbdOptions/auto-quorum";
    public const string TwoPrimaries = "DrbdOptions/Net/allow-two-primaries";

    public static IReadOnlyDictionary<string, string> Of(VolumeKind kind)
    {
        var props = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["DrbdOptions/Net/protocol"] = "C",
            [TwoPrimaries] = "no",
            ["DrbdOptions/Net/after-sb-0pri"] = "disconnect",
            ["DrbdOptions/Net/after-sb-1pri"] = "disconnect",
            ["DrbdOptions/Net/after-sb-2pri"] = "disconnect",
            ["DrbdOptions/Net/rr-conflict"] = "disconnect",
            ["DrbdOptions/Net/on-congestion"] = "block",
            ["DrbdOptions/Net/fencing"] = "resource-and-stonith",
            ["DrbdOptions/Net/ping-int"] = "2",
            ["DrbdOptions/Net/ping-timeout"] = "5",
            ["DrbdOptions/Net/timeout"] = "15",
            ["DrbdOptions/Net/connect-int"] = "2",
            ["DrbdOptions/Net/ko-count"] = "7",
            ["DrbdOptions/Disk/on-io-error"] = "detach",
            ["DrbdOptions/Disk/disk-flushes"] = "yes",
            ["DrbdOptions/Disk/disk-drain"] = "yes",
            ["DrbdOptions/Disk/md-flushes"] = "yes",
            ["DrbdOptions/Disk/disk-timeout"] = "0",
            ["DrbdOptions/PeerDevice/c-min-rate"] = "0",
            ["DrbdOptions/Handlers/fence-peer"] = OptionRules.Handler,
            ["DrbdOptions/Resource/auto-promote"] = "no",
            ["DrbdOptions/Resource/on-no-data-accessible"] = "io-error",

            // Two nodes and nothing that changes quorum, or adds a voice, behind the agent's back. A group's quorum would count without a word of its own.
            [Quorum] = "off",
            [AutoQuorum] = "disabled",
            ["DrbdOptions/auto-add-quorum-tiebreaker"] = "False",
        };
        if (kind == VolumeKind.Filesystem)
        {
            props["FileSystem/Type"] = "ext4";
        }

        return props;
    }
}
