using System.Net;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>One path to a peer, as status and metrics show it.</summary>
internal sealed record PathStatus(
    string Network, IPEndPoint Remote, IPAddress? Local, PathState State, DateTimeOffset? LastSuccess,
    int ConsecutiveFailures, TimeSpan? RoundTrip, Fault? LastFault)
{
    public PathStatus Succeeded(DateTimeOffset at, TimeSpan? roundTrip) => this with
    {
        State = PathState.Up,
        LastSuccess = at,
        ConsecutiveFailures = 0,
        RoundTrip = roundTrip ?? RoundTrip,
        LastFault = null,
    };

    public PathStatus Failed(Fault fault) => this with
    {
        State = PathState.Down,
        ConsecutiveFailures = ConsecutiveFailures + 1,
        LastFault = fault,
    };
}
