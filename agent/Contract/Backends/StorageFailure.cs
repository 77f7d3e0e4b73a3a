namespace NodeAgent.Contract;

/// <summary>What a failure would do to a cluster of storage as it is now, told before it happens.</summary>
/// <param name="Name">Which: "one node".</param>
/// <param name="Data">Yes if all acknowledged data survives it.</param>
/// <param name="Writes">Yes if every pool goes on taking writes meanwhile.</param>
/// <param name="Impact">What is felt.</param>
/// <param name="ByItself">What happens without anybody.</param>
/// <param name="Operator">What somebody must do.</param>
public sealed record StorageFailure(string Name, Answer Data, Answer Writes, string Impact, string ByItself, string Operator);
