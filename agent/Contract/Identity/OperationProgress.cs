namespace NodeAgent.Contract;

/// <summary>How far something long has come.</summary>
/// <param name="Phase">What is being done now, in two or three words.</param>
/// <param name="Done">Work done, in bytes unless the phase says otherwise; null if it cannot be told.</param>
/// <param name="Total">All the work; null if it cannot be told.</param>
/// <param name="CanCancel">False past the point of no return.</param>
public sealed record OperationProgress(string Phase, long? Done, long? Total, bool CanCancel);
