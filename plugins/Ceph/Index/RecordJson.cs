using System.Text.Json.Serialization;

namespace NodeAgent.Plugins.CephBackend.Index;

/// <summary>Records as they are stored.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UnitRecord))]
[JsonSerializable(typeof(VolumeRecord))]
[JsonSerializable(typeof(SnapshotRecord))]
internal sealed partial class RecordJson : JsonSerializerContext
{
}
