using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NodeAgent.Core.Nodes;
using NodeAgent.Core.Wishes;
using NodeAgent.Daemon.Json;

namespace NodeAgent.Daemon.Failover.Flight;

/// <summary>How inputs, effects and wishes look in a record: each with the name of its kind.</summary>
internal static class FlightJson
{
    /// <summary>One line each.</summary>
    public static JsonSerializerOptions Options { get; } = new(WireJson.Compact)
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { NameKinds } },
    };

    private static void NameKinds(JsonTypeInfo type)
    {
        if (type.Type != typeof(NodeInput) && type.Type != typeof(NodeEffect) && type.Type != typeof(Wish))
        {
            return;
        }

        var kinds = new JsonPolymorphismOptions { TypeDiscriminatorPropertyName = "case" };
        foreach (var kind in type.Type.GetNestedTypes().Where(kind => kind.IsSubclassOf(type.Type)))
        {
            kinds.DerivedTypes.Add(new JsonDerivedType(kind, JsonNamingPolicy.CamelCase.ConvertName(kind.Name)));
        }

        type.PolymorphismOptions = kinds;
    }
}
