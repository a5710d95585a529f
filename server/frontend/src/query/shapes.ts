/** A GeoJSON object, of which only the type matters here. */
export interface Shape { type: "FeatureCollection" | "Feature" | "MultiPoint"; [member: string]: unknown }
