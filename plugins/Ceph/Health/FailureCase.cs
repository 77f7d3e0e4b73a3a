using NodeAgent.Contract;

namespace NodeAgent.Plugins.CephBackend.Health;

/// <summary>A failure, told before it happens.</summary>
/// <param name="Name">Which: "one node".</param>
/// <param name="Data">Yes if all acknowledged data survives it.</param>
/// <param name="Writes">Yes if every pool goes on taking writes meanwhile.</param>
/// <param name="Impact">What is felt.</param>
/// <param name="ByItself">What happens without anybody.</param>
/// <param name="Operator">What somebody must do.</param>
internal sealed record FailureCase(string Name, Answer Data, Answer Writes, string Impact, string ByItself, string Operator);
