namespace NodeAgent.Contract;

/// <summary>
/// What fails over together and is snapshotted atomically: an image, a DRBD resource, a dataset tree, a whole pool.
/// A unit has at most one writer.
/// </summary>
/// <param name="Backend">The backend that holds it.</param>
/// <param name="Name">Its name; keeps <see cref="Names.Rule"/>.</param>
public readonly record struct UnitId(BackendId Backend, string Name)
{
    /// <summary>"backend:unit".</summary>
    public override string ToString() => $"{Backend}:{Name}";
}
