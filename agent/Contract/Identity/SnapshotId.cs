namespace NodeAgent.Contract;

/// <summary>A snapshot of a whole unit: all its volumes at one instant.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Name">Its name; keeps <see cref="Names.Rule"/>.</param>
public readonly record struct SnapshotId(UnitId Unit, string Name)
{
    /// <summary>"backend:unit@name".</summary>
    public override string ToString() => $"{Unit}@{Name}";
}
