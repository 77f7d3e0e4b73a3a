using System.Text.Json.Serialization;
using NodeAgent.Plugins.DirectoryBackend.Streams;

namespace NodeAgent.Plugins.DirectoryBackend.Units;

/// <summary>Generated at build time: the reflecting serializer would keep the plugin from being unloaded.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    MaxDepth = 8)]
[JsonSerializable(typeof(UnitRecord))]
[JsonSerializable(typeof(StreamHeader))]
[JsonSerializable(typeof(PartialRecord))]
internal sealed partial class UnitJson : JsonSerializerContext;
