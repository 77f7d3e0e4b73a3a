namespace NodeAgent.Contract;

/// <summary>
/// One small text for each unit of a backend, kept by the majority of the cluster store: who holds everything
/// acknowledged, for storage that does not know it by itself. What was read or written here is agreed by the cluster,
/// never this node's opinion. No answer of the store: <see cref="FaultCode.ControlPlaneUnavailable"/>, never "empty".
/// </summary>
public interface IUnitNotes
{
    /// <summary>The note as the store holds it now. Never written: an empty text of version 0.</summary>
    Task<Outcome<UnitNote>> ReadAsync(UnitId unit, CancellationToken cancellation);

    /// <summary>
    /// Replaces the note if it is still of this version. Somebody else was faster: <see cref="FaultCode.PreconditionFailed"/>,
    /// and nothing is written. <see cref="FaultCode.TimedOut"/>: it may have happened, or may yet; read again.
    /// </summary>
    /// <param name="unit">The unit.</param>
    /// <param name="text">The new text; at most 4096 characters.</param>
    /// <param name="version">The version that was read; 0: there must be none.</param>
    /// <param name="cancellation">Stops waiting.</param>
    Task<Outcome<UnitNote>> WriteAsync(UnitId unit, string text, long version, CancellationToken cancellation);
}
