using NodeAgent.Daemon.Configuration.Schema;

namespace NodeAgent.Daemon.Configuration;

/// <summary>A field that differs between two readings.</summary>
/// <param name="Field">Its path.</param>
/// <param name="Before">The old value; null if it was not there.</param>
/// <param name="After">The new value; null if it is gone.</param>
/// <param name="Effect">Whether a reload is enough.</param>
internal sealed record ConfigChange(string Field, string? Before, string? After, FieldEffect Effect)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        var effect = Effect == FieldEffect.Reload ? "applied" : "needs a restart: systemctl restart nodeagent";
        return $"{Field}: {Before ?? "(none)"} -> {After ?? "(none)"} ({effect})";
    }
}
