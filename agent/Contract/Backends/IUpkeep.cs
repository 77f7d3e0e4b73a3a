namespace NodeAgent.Contract;

/// <summary>
/// Storage that has to be looked after all the time, such as paths to another node. Without calls nothing unsafe may
/// happen: what waits for upkeep goes on waiting.
/// </summary>
public interface IUpkeep
{
    /// <summary>
    /// Looks, and does what is due: a short step, then returns. The host calls it about every second, never twice at once,
    /// as long as the backend is there. A fault is told and changes nothing in that.
    /// </summary>
    Task<Outcome> KeepAsync(CancellationToken cancellation);

    /// <summary>
    /// What the last steps saw, unit by unit. From memory: runs nothing, looks at no storage, and answers while a step hangs.
    /// The host asks about every second. Nothing to tell of: none.
    /// </summary>
    Task<Outcome<IReadOnlyList<UpkeepReport>>> ReadReportsAsync(CancellationToken cancellation) =>
        Task.FromResult(Outcome.Ok<IReadOnlyList<UpkeepReport>>([]));
}
