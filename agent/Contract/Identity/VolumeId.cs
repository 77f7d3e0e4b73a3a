namespace NodeAgent.Contract;

/// <summary>A volume within its unit.</summary>
/// <param name="Unit">The unit it fails over with.</param>
/// <param name="Name">Its name within the unit; keeps <see cref="Names.Rule"/>.</param>
public readonly record struct VolumeId(UnitId Unit, string Name)
{
    /// <summary>"backend:unit/volume".</summary>
    public override string ToString() => $"{Unit}/{Name}";
}
