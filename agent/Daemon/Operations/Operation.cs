using System.Collections.Immutable;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Operations;

/// <summary>
/// Something of several steps that has begun and has not ended. It is on disk before its first step has an effect, so
/// that a kill at any point is found again at the next start. Each step can be done twice without harm.
/// </summary>
/// <param name="Key">Names what it works on; there is never a second open operation of one key.</param>
/// <param name="Id">Its identity.</param>
/// <param name="Kind">What it does: "replicate", "create-volume".</param>
/// <param name="Subject">To what, for people: "tank:db to n2".</param>
/// <param name="Step">The step that is being done, or was when the agent stopped.</param>
/// <param name="StartedAt">When it began, wall clock.</param>
/// <param name="ChangedAt">When this record was last written, wall clock.</param>
/// <param name="Arguments">What is needed to go on with it.</param>
/// <param name="Attempts">How often it was begun or taken up again.</param>
/// <param name="LastFault">Why the last attempt ended; null if none has.</param>
public sealed record Operation(
    string Key,
    OperationId Id,
    string Kind,
    string Subject,
    string Step,
    DateTimeOffset StartedAt,
    DateTimeOffset ChangedAt,
    ImmutableDictionary<string, string> Arguments,
    int Attempts,
    string? LastFault);
