using NodeAgent.Contract;
using NodeAgent.Daemon.Api;

namespace NodeAgent.Daemon.Cli.Doctors;

/// <summary>The peers: whether each answers on every path, and how far its clock is off.</summary>
internal static class PeerFindings
{
    private const double SkewWarning = 1;
    private const double SkewFailure = 60;

    public static IEnumerable<DoctorFinding> Of(SelfReport self) => self.Peers.Count == 0
        ? [DoctorFinding.Skipped("peers", "this node has none")]
        : self.Peers.SelectMany(peer => Paths(peer).Append(Skew(peer)));

    private static IEnumerable<DoctorFinding> Paths(PeerSight peer)
    {
        if (peer.Paths.Count == 0)
        {
            yield return new DoctorFinding("peer", peer.Node.Value, DoctorVerdict.Failed, "no network of this node leads to it", "Give both nodes an address in one network: 'networks' and 'peers.networks'.");
        }

        foreach (var path in peer.Paths)
        {
            var where = $"{peer.Node} {path.Network}";
            yield return path.IsUp switch
            {
                true => DoctorFinding.Ok("peer", where, $"{path.Address} answers{(path.RoundTripMs is { } ms ? $" in {ms:0.#} ms" : "")}"),
                null => new DoctorFinding("peer", where, DoctorVerdict.Warning, $"{path.Address} was not tried yet", "Look again in a few seconds."),
                false => new DoctorFinding(
                    "peer", where, peer.Reachable == Answer.Yes ? DoctorVerdict.Warning : DoctorVerdict.Failed,
                    $"{path.Address} does not answer", "Check cable, switch, address and firewall; on the peer: 'systemctl status nodeagent'."),
            };
        }
    }

    private static DoctorFinding Skew(PeerSight peer)
    {
        if (peer.SkewSeconds is not { } skew)
        {
            return new DoctorFinding("clock", peer.Node.Value, DoctorVerdict.Skipped, "the peer was never heard", "");
        }

        var text = $"{Math.Abs(skew):0.###} s {(skew < 0 ? "behind" : "ahead")}, round trip included";
        return Math.Abs(skew) <= SkewWarning ? DoctorFinding.Ok("clock", peer.Node.Value, text) : new DoctorFinding(
            "clock", peer.Node.Value, Math.Abs(skew) > SkewFailure ? DoctorVerdict.Failed : DoctorVerdict.Warning, text,
            "Set both clocks by NTP ('timedatectl'): ages and certificates are told by the wall clock.");
    }
}
