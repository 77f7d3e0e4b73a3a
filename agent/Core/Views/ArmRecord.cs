namespace NodeAgent.Core.Views;

/// <summary>Whether takeovers happen by themselves.</summary>
/// <param name="IsArmed">True if they do.</param>
/// <param name="Number">Grows with every change.</param>
/// <param name="Reason">Who changed it, and why.</param>
public sealed record ArmRecord(bool IsArmed, long Number, string Reason)
{
    /// <summary>How every cluster begins.</summary>
    public static ArmRecord Armed { get; } = new(true, 0, "");
}
