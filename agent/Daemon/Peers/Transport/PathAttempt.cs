using NodeAgent.Contract;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>
/// What came of a request on one path. <paramref name="PathFailed"/> means that no answer came: another path may
/// help. A refusal by the peer is an answer.
/// </summary>
internal sealed record PathAttempt<T>(Outcome<T> Outcome, bool PathFailed);
