namespace NodeAgent.Linux.Bus;

/// <summary>How systemd sees a unit, in its own words.</summary>
/// <param name="Unit">The unit's name.</param>
/// <param name="Load">"loaded", "not-found", "masked", "error", "bad-setting".</param>
/// <param name="Active">"active", "reloading", "inactive", "failed", "activating", "deactivating".</param>
/// <param name="Sub">Finer, by the unit's type: "running", "dead", "final-sigkill".</param>
/// <param name="Result">Why it is failed: "success", "exit-code", "signal", "timeout"; empty if its type has none.</param>
/// <param name="Freezer">"running", "frozen", "freezing", "thawing"; empty if this systemd does not tell.</param>
public sealed record UnitState(string Unit, string Load, string Active, string Sub, string Result, string Freezer)
{
    /// <summary>True if there is no such unit here.</summary>
    public bool IsMissing => Load == "not-found";

    /// <summary>True if it is stopped or failed. Processes may be left nevertheless: see <see cref="SystemdUnits.ProcessesAsync"/>.</summary>
    public bool IsDown => Active is "inactive" or "failed";

    /// <summary>True while its processes stand still, or shall: one that waits for a disk does when that answers.</summary>
    public bool IsFrozen => Freezer is "frozen" or "freezing";

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Unit} is {Active} ({Sub}{(Result is "" or "success" ? string.Empty : $", {Result}")}{(IsFrozen ? ", frozen" : string.Empty)})";
}
