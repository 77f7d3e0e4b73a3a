namespace NodeAgent.Plugins.CephBackend.Index;

/// <summary>Who writes a unit. Compared and set as a whole, so that of two nodes only one can change it.</summary>
/// <param name="Epoch">The newest epoch seen.</param>
/// <param name="Holder">The node of that epoch.</param>
/// <param name="IsOpen">False once the holder has closed all volumes by itself.</param>
/// <param name="Clients">Client instances that may have volumes open; told before they open the first.</param>
/// <param name="Fenced">Instances that were shut out and may still live.</param>
/// <param name="ClonedFrom">What it was cloned from: "unit@snapshot guid"; null if it was not.</param>
/// <param name="Home">
/// Where <paramref name="Clients"/> live: node and boot, as in "n1 3f0c...". Empty while they are being shut out and may be of
/// several nodes; null if there are none, or an older agent told them.
/// </param>
/// <param name="Away">Why no node here may open it, whatever else is: its volumes are, or are becoming, a copy of another site's; null if they may.</param>
/// <param name="RollingBack">The snapshot of a rollback that was begun and has not ended: some volumes may be rolled back and others not; null if there is none.</param>
internal sealed record UnitRecord(
    long Epoch,
    string Holder,
    bool IsOpen,
    IReadOnlyList<string> Clients,
    IReadOnlyList<FencedClient> Fenced,
    string? ClonedFrom,
    string? Home = null,
    string? Away = null,
    string? RollingBack = null)
{
    /// <summary>Who has it open, or had, in words.</summary>
    public string Told => Open + (RollingBack is null ? "" : $", a rollback to {RollingBack} has not ended");

    private string Open => IsOpen ? $"open on {Holder}" : Away is not null ? $"away: {Away}" : Holder.Length == 0 ? "closed, came from another site" : $"closed, last on {Holder}";
}
