namespace NodeAgent.Daemon.Units.Choices;

/// <summary>An operator's choice, as it was typed.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Keep">The node whose copy is kept.</param>
/// <param name="WithoutKeeping">Go on although what the other copy holds cannot be kept.</param>
public sealed record ChoiceOrder(string Unit, string Keep, bool WithoutKeeping = false);
