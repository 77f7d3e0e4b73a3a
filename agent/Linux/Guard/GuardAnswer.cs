namespace NodeAgent.Linux.Guard;

/// <summary>What the guard says.</summary>
internal sealed record GuardAnswer(GuardVerdict Verdict, GuardStatus Status);
