namespace NodeAgent.Rehearsal.Reports;

/// <summary>A service at the end of a rehearsal.</summary>
/// <param name="Name">The service.</param>
/// <param name="Phase">How far it is.</param>
/// <param name="Node">Who has it; null: nobody.</param>
/// <param name="Epoch">Its epoch.</param>
/// <param name="Reason">Why it is so.</param>
/// <param name="Tenures">How often it changed hands.</param>
/// <param name="Lost">What was lost in all.</param>
/// <param name="Down">How long nobody wrote, in all.</param>
public sealed record ServiceEnd(string Name, Core.Views.ServicePhase Phase, string? Node, long Epoch, string Reason, int Tenures, TimeSpan Lost, TimeSpan Down);
