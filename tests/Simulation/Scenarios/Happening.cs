namespace NodeAgent.Simulation.Scenarios;

/// <summary>Something that happens in the world.</summary>
/// <param name="Round">In which round, from 0.</param>
/// <param name="Point">At which point of it: agents pass one before and after all they do. Past the last: at the round's end.</param>
/// <param name="Kind">What.</param>
/// <param name="Node">To which node: 1 is the writer, copies are 2 and up.</param>
/// <param name="Amount">How much; the kind says of what.</param>
public sealed record Happening(int Round, int Point, HappeningKind Kind, int Node, int Amount);
