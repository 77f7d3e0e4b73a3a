namespace NodeAgent.Contract;

/// <summary>The role of a unit on this node.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Role">The role.</param>
/// <param name="Epoch">The newest epoch that the storage has durably seen for this unit.</param>
/// <param name="Native">The storage's own words for it: "readonly=off".</param>
public sealed record RoleReport(UnitId Unit, Role Role, Epoch Epoch, string Native);
