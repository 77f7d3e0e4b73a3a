using NodeAgent.Daemon.Operations;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Daemon.Api;

/// <summary>An operation as the command line shows it.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Subject">To what.</param>
/// <param name="Step">The step it is at, or was when it ended.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="ChangedAt">When it last moved.</param>
/// <param name="EndedAt">When it ended; null while it is open.</param>
/// <param name="Attempts">How often it was begun or taken up again.</param>
/// <param name="Fault">Why the last attempt ended, or why it was given up; null if neither.</param>
/// <param name="Progress">The stream that runs; null if none does.</param>
internal sealed record OperationLine(
    string Id,
    string Kind,
    string Subject,
    string Step,
    DateTimeOffset StartedAt,
    DateTimeOffset ChangedAt,
    DateTimeOffset? EndedAt,
    int Attempts,
    string? Fault,
    StreamProgress? Progress)
{
    public static OperationLine Of(Operation operation, StreamProgress? progress) => new(
        operation.Id.Value.ToString(), operation.Kind, operation.Subject, operation.Step, operation.StartedAt, operation.ChangedAt,
        null, operation.Attempts, operation.LastFault, progress);

    public static OperationLine Of(EndedOperation ended) =>
        Of(ended.Operation, null) with { EndedAt = ended.EndedAt, Fault = ended.Fault };
}
